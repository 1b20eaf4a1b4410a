import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import type { LanguageFeatures, LanguageOptions } from './bindLanguageFeatures.ts';
import { bindLanguageFeatures } from './bindLanguageFeatures.ts';
import { languageCapabilities } from './capabilities.ts';

/**
 * Makes a connection a language server for the spec documents: answers `initialize`, and binds the features. For a connection on which nobody
 * else answers `initialize`; `shutdown` and `exit` stay as the maker of the connection has them.
 */
export function serveLanguage(connection: Connection, options: LanguageOptions): LanguageFeatures {
  const features = bindLanguageFeatures(connection, options);
  let client: ClientCapabilities = {};
  connection.onInitialize(({ capabilities }) => {
    client = capabilities;
    return { capabilities: languageCapabilities, serverInfo: { name: 'Session Loom' } };
  });
  connection.onInitialized(() => features.initialized(client));
  return features;
}
