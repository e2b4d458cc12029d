/** The lines of a pack are told apart, whatever peers print. */
import { describe, expect, it } from 'vitest';
import { packLine, readHostLine, readPackCall, unpackLine } from './pack-lines.ts';

describe('lines of a pack', () => {
  it('come back with place and stream, whatever they contain', () => {
    for (const line of ['', '{"reply":"1"}', '12>x', '!', '>', 'Grüße', '{"pack":"ended","place":1}']) {
      for (const stream of ['stdout', 'stderr'] as const) {
        expect(unpackLine(packLine(4711, line, stream))).toEqual({ place: 4711, stream, line });
      }
    }
  });

  it('are never taken for those of the host, nor the other way round', () => {
    const said = JSON.stringify({ pack: 'ended', place: 3, reason: 'exited with status 0', exitCode: 0 });
    expect(readHostLine(packLine(3, said))).toBeUndefined();
    expect(unpackLine(said)).toBeUndefined();
    expect(readHostLine(said)).toMatchObject({ place: 3 });
    expect(readPackCall(said)).toBeUndefined();
    expect(readPackCall(JSON.stringify({ seq: 'a:1', request: { do: 'state' } }))?.seq).toBe('a:1');
  });

  it('leaves everything else alone: a runtime that breaks prints anything', () => {
    for (const text of ['{', '{}', 'FATAL ERROR: out of memory', '1234567890>x', '-1>x', '>x', '']) {
      expect([unpackLine(text), readHostLine(text), readPackCall(text)]).toEqual([undefined, undefined, undefined]);
    }
  });
});
