/** The model behind the page, and the drawings that need no page. Start at history.ts. */
export * from '../drawings/tree-svg.ts';
export * from './activity.ts';
export * from './frame.ts';
export * from './history.ts';
export * from './layout.ts';
export * from './message.ts';
export * from './moment.ts';
export * from './propagation-tree.ts';
export * from './space-time.ts';
export * from './timeline.ts';
