/** The driver as the conformance suite tries it, also from another process. */
import { INSTALLATION } from 'peerlab/driver';
import driver from './index.js';

/** @returns {import('peerlab/driver').Driver} */
export const createDriver = () => driver.create(INSTALLATION);
