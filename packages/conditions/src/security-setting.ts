/** How peers protect what they send each other: docs/SECURITY.md says what each setting promises. */

/** The settings, the strongest first. */
export const SECURITY_SETTINGS = ['sealed', 'signed', 'open'] as const;

/**
 * - `sealed`: links are encrypted, both ends prove their keys, and messages are signed by their origins;
 * - `signed`: the same without encryption;
 * - `open`: nothing is proven, signed or encrypted.
 */
export type SecuritySetting = (typeof SECURITY_SETTINGS)[number];

/** The weaker of two; of one that is not known, the other. */
export function weaker(a: SecuritySetting | undefined, b: SecuritySetting | undefined): SecuritySetting | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return SECURITY_SETTINGS.indexOf(a) > SECURITY_SETTINGS.indexOf(b) ? a : b;
}
