/** Topologies: files to a validated model. Start at parse.ts and model.ts; what a graph promises is packages/graph. */

export { didYouMean, nearest } from '@peerlab/conditions';
export { MAX_NAME_LENGTH, MAX_PACK, topologyJsonSchema } from './file-schema.ts';
export {
  fill,
  fillPattern,
  fillWords,
  type TemplateFacts,
  type TemplatePeer,
  UnknownValueError,
} from './fill-template.ts';
export { graphOf } from './graph-of.ts';
export { nearestName } from './in-words.ts';
export { OWN_KIND } from './kind-schema.ts';
export { canBeLaidOut, layOut } from './large-topology.ts';
export { mergeNeeds, withoutNeeds } from './merge-needs.ts';
export * from './model.ts';
export type { PeerNeeds, PortNeed } from './needs-model.ts';
export { neighboursOf } from './neighbours-of.ts';
export { type ParseOptions, parseAnyTopology, parseTopology } from './parse.ts';
export { PUBLISHED_ADDRESS, portText } from './ports-section.ts';
export { possibleLinks } from './possible-links.ts';
export type * from './program-model.ts';
export { isProvenByFloods } from './proven-by-floods.ts';
export * from './resolved-json.ts';
export type * from './scenario/model.ts';
export { expandPeers, RESERVED_NAMES } from './scenario/peer-words.ts';
export { compares } from './scenario/quantities.ts';
export { defaultSecurityOf, isSilentOnSecurity, securityOf, unequalLink } from './security-of.ts';
export { MAX_LATENCY_MS } from './startable.ts';
export { isFilledIn, parseTemplate, type Template } from './templates.ts';
export * from './to-yaml.ts';
export * from './topology-error.ts';
export { decodeUtf8 } from './utf8.ts';
export { type Path, YamlDocument } from './yaml-document.ts';
