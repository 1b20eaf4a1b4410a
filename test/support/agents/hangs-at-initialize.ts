/** Reads everything and answers nothing. Ends with stdin. */
process.stdin.resume();
