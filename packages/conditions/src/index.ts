/** What can be done to links and peers. Links: link-settings.ts, its arithmetic shaper.ts and lanes.ts. Faults: faults/fault-table.ts. */
export * from './drawn-link.ts';
export * from './faults/fault.ts';
export * from './faults/fault-table.ts';
export * from './faults/parameters.ts';
export * from './faults/repairs.ts';
export * from './lanes.ts';
export * from './link-setting-error.ts';
export * from './link-settings.ts';
export { linkSettingsText } from './link-words.ts';
export { didYouMean, nearest } from './nearest.ts';
export { type OptionNames, optionsProblem } from './options-problem.ts';
export { ownValue } from './own-value.ts';
export * from './quantity.ts';
export * from './read-quantity.ts';
export { SECURITY_SETTINGS, type SecuritySetting, weaker } from './security-setting.ts';
export * from './shaper.ts';
