// The real host, in a process whose clock is set: what `Date` says is off by as many milliseconds as the file in LOOM_CLOCK says. Timers go on as
// they do when a system's clock is set.
import { readFileSync } from 'node:fs';
import process from 'node:process';

const RealDate = Date;
const shifted = (): number => RealDate.now() + Number(readFileSync(process.env['LOOM_CLOCK'] ?? '', 'utf8'));

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: unknown[]) => Reflect.construct(target, given.length === 0 ? [shifted()] : given) as Date,
  get: (target, name) => (name === 'now' ? shifted : (Reflect.get(target, name) as unknown)),
});

await import('../../src/server/main.ts');
