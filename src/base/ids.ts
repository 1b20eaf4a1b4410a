/** Letters that cannot be mistaken for each other when read aloud or typed (Crockford's base 32, lower case). */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Makes an id of `length` letters out of as many random bytes (0–255 each), which the caller draws: this layer has no source of chance. */
export function idFromBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => alphabet[byte & 31]).join('');
}
