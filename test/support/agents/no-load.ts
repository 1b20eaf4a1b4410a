/** Can neither load nor resume a session: it offers nothing, and refuses with "method not found" when asked all the same. */
import { serve } from './wire.ts';

serve({});
