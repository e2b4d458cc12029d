/** A lab announces what it can, says why not for the rest, and has no member of what it lacks. */
import { describe, expect, it } from 'vitest';
import { CAPABILITY_MEMBERS, type CapabilityName } from '../../../capabilities/capabilities.ts';
import { capability, requireCapability } from '../../../capabilities/capability.ts';
import { Lacking } from '../../../capabilities/lacking.ts';
import type { Workbench } from '../../workbench.ts';

/** Declares this part of the suite. */
export function describeAnnounced(bench: Workbench): void {
  const names = Object.keys(CAPABILITY_MEMBERS) as CapabilityName[];

  describe('capabilities', () => {
    it('are the declared ones, on a new lab and on a found one', async () => {
      const made = await bench.up(bench.plan({ peers: 1, minimal: true }));
      for (const lab of [made, await bench.find(made.name)]) {
        const has = names.filter(name => !(capability(lab, name) instanceof Lacking));
        expect(has).toEqual(names.filter(name => bench.target.capabilities.includes(name)));
      }
    });

    it('are each complete, or absent with the reason', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      for (const name of names) {
        const offered = capability(lab, name);
        const members = CAPABILITY_MEMBERS[name];
        if (!(offered instanceof Lacking)) {
          for (const member of members) expect(Reflect.has(offered, member), `${name}: ${member}`).toBe(true);
          continue;
        }
        expect(offered.reason, name).toMatch(/^[^\n.]{10,200}$/);
        expect(() => requireCapability(lab, name)).toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }));
        expect(() => requireCapability(lab, name)).toThrow(offered.reason);
        for (const member of members) expect(Reflect.has(lab, member), `${name}: ${member}`).toBe(false);
      }
    });
  });
}
