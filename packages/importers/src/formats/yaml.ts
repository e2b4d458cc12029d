/** Errors at places of a YAML file. */
import { TopologyError, type YamlDocument } from '@peerlab/topology';

/** The error at a path of the document. */
export function importErrorOf(
  document: YamlDocument,
  path: readonly (string | number)[],
  message: string,
  advice?: string,
): TopologyError {
  return new TopologyError([document.problem(path, message, advice)]);
}
