import type { Position } from './events.ts';

/** Whether `a` comes after `b`. */
export function isAfter(a: Position, b: Position): boolean {
  return a.epoch !== b.epoch ? a.epoch > b.epoch : a.seq > b.seq;
}
