/** Puts a recording into the player, a page of one file: it plays from disk, with nothing else. */

/** Where the recording goes, as the player is built. */
const PLACE = /(<script type="application\/x-ndjson" id="trace">)[^<]*(<\/script>)/;

/**
 * @param player the text of the built player
 * @param trace the text of a trace, as recorded
 * @throws when the player has no place for it: then it is another player
 */
export function exportHtml(player: string, trace: string): string {
  if (!PLACE.test(player)) throw new Error('this player cannot hold a recording');
  // Within a string of JSON `<` may stand as its code; nothing then ends the script, nor begins a comment in it.
  const text = trace.trimEnd().replaceAll('<', '\\u003c');
  return player.replace(PLACE, (_, begin: string, end: string) => `${begin}\n${text}\n${end}`);
}
