/**
 * `webview/chat` is the page itself: it holds the state, talks to the extension and puts the parts together. It knows neither VS Code's
 * API nor the host's inside, only the panel contract.
 *
 * This file is imported first: zod would otherwise try `new Function` when the first schema is made, which the page's policy reports.
 */
import * as z from 'zod';

z.config({ jitless: true });
