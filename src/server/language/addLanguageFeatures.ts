import type { Connection } from 'vscode-languageserver';
import type { Log } from '../../base/log.ts';
import { bindLanguageFeatures } from './bindLanguageFeatures.ts';
import { languageCapabilities } from './capabilities.ts';

/** Serves the spec language on a connection that serves sessions as well. */
export function addLanguageFeatures(connection: Connection, log: Log): void {
  const features = bindLanguageFeatures(connection, { log });
  connection.onInitialize(({ capabilities }) => {
    connection.onInitialized(() => features.initialized(capabilities));
    return { capabilities: languageCapabilities, serverInfo: { name: 'Session Loom' } };
  });
  connection.onShutdown(() => features.dispose());
}
