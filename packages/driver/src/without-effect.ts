/** What of a peer's needs a driver cannot give. */
import type { PeerNeeds } from '@peerlab/topology';

/** See the module's header. */
export interface WithoutEffect {
  readonly needs: readonly (keyof PeerNeeds)[];
  /** In one clause: `processes of this machine have its user's rights`. */
  readonly why: string;
  /** Of those that have another reason. */
  readonly whyOf?: { readonly [Key in keyof PeerNeeds]?: string };
}
