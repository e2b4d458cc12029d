/** What a network does to frames on a link. Start at link-settings.ts; the arithmetic is shaper.ts and lanes.ts. */
export * from './lanes.ts';
export * from './link-setting-error.ts';
export * from './link-settings.ts';
export * from './settings-of-shape.ts';
export * from './shaper.ts';
