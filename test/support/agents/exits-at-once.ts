/** Leaves before it has said anything, with exit code 3 and a reason on stderr. */
process.stderr.write('test agent: the configuration cannot be found\n');
process.exitCode = 3;
