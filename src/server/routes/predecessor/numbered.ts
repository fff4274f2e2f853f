/** Things that clients know by a number: its place in the path, and the answer to whoever deletes one. */
import * as z from 'zod';
import type { Reply } from '../../http/route.ts';
import { wholeNumber } from '../../http/whole-number.ts';

export const id = z.object({ id: wholeNumber(0) });

export const deletedAnswers = {
  200: {
    description: 'It is gone',
    schema: z.object({ success: z.literal(true), deleted_id: z.int(), message: z.string() }),
  },
};

/** @param what as it begins a sentence */
export function deletedReply(what: 'Funnel' | 'Preset', id: number): Reply {
  return { json: { success: true, deleted_id: id, message: `${what} deleted successfully` } };
}
