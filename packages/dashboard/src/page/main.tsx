/** The page: mounts it and opens its source. State is in state.ts, what is drawn in stage/, the panels in components/. */
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { render } from 'preact';
import { App } from './components/app.tsx';
import { listenToKeys } from './keys.ts';
import { followPresenting } from './presentation.ts';
import { openSource } from './source.ts';
import { applyTheme } from './theme.ts';

const root = document.getElementById('page');
if (root === null) throw new Error('the page has no root element');
applyTheme();
render(<App />, root);
listenToKeys();
followPresenting();
openSource();
