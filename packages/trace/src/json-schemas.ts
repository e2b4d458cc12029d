/** The lines of a trace as JSON Schemas. Written to packages/trace/schema by a script. */
import * as z from 'zod';
import { headerSchema, traceEventSchema } from './format.ts';

/** A JSON Schema of the draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of each kind of line, by the name of its file. */
export const traceJsonSchemas: Readonly<Record<'header' | 'event', JsonSchema>> = {
  header: describeLine(headerSchema, 'Peerlab trace header', 'The first line of a recording.'),
  event: describeLine(traceEventSchema, 'Peerlab trace event', 'A later line of a recording.'),
};

function describeLine(schema: z.ZodType, title: string, description: string): JsonSchema {
  const { $schema, ...body } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, title, description, ...body };
}
