/** A lab's life: drivers, wiring, checks, reports. */
export * from './driver.ts';
export * from './lab-error.ts';
