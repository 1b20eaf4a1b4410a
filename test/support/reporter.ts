/** The reporter of the runs in plain Node: what mocha prints by itself, and the results in a file for whoever sums them up. */
import Mocha from 'mocha';
import { recordResults } from './results.ts';

class FileReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    recordResults(runner);
  }
}

export { FileReporter as 'module.exports' };
