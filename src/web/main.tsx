/** Starts the page. */
import { render } from 'preact';
import { whenLoggedOut } from './api/client.ts';
import { App } from './app.tsx';
import './preferences.ts';
import './style/page.css';

whenLoggedOut(() => location.assign('/login'));
const root = document.getElementById('page');
if (root) render(<App />, root);
