// A process of the data folder's tests: says as JSON where the data of argv[2] lives, with argv[3] as the fallback.
import { locateWorkspace } from '../../src/client/location.ts';

const [, , folder = '', fallback = ''] = process.argv;
process.stdout.write(JSON.stringify(await locateWorkspace(folder, fallback)));
