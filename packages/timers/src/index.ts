/** Timers, tickers and waits of any length, in place of the system's. */
export { type PauseOptions, pause } from './pause.ts';
export { startTicker, type Ticker } from './ticker.ts';
export { timeoutSignal } from './timeout-signal.ts';
export { startTimer, stopTimer, type Timer } from './timer.ts';
