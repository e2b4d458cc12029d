/** The contract's lines as JSON Schemas, for peers in other languages. Written to packages/contract/schema by a script. */
import * as z from 'zod';
import { commandSchema } from './commands.ts';
import { eventSchema } from './events.ts';
import { replySchema, resultSchemas } from './replies.ts';

/** A JSON Schema of the draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of each kind of line, by the name of its file. Results are in `$defs` of `reply`, by command. */
export const contractJsonSchemas: Readonly<Record<'command' | 'event' | 'reply', JsonSchema>> = {
  command: describeLine(commandSchema, 'Peerlab command', "One line of a peer's standard input."),
  event: describeLine(eventSchema, 'Peerlab event', "One line of a peer's standard output, sent without a command."),
  reply: {
    ...describeLine(replySchema, 'Peerlab reply', "One line of a peer's standard output, the answer to one command."),
    $comment: '$defs holds the result of each command, by its name.',
    $defs: Object.fromEntries(
      Object.entries(resultSchemas).map(([command, schema]) => [
        command,
        bodyOf(z.toJSONSchema(schema, { io: 'input' })),
      ]),
    ),
  },
};

function describeLine(schema: z.ZodType, title: string, description: string): JsonSchema {
  const json = z.toJSONSchema(schema, { io: 'input' });
  return { $schema: json.$schema, title, description, ...bodyOf(json) };
}

function bodyOf({ $schema: _, ...body }: z.core.JSONSchema.BaseSchema): JsonSchema {
  return body;
}
