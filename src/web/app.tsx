/** The page around all places: navigation, whether the service is there, messages and dialogs. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { QuestionDialog } from './components/dialog.tsx';
import { Notices } from './components/notices.tsx';
import { PlaceIcon } from './components/place-icon.tsx';
import { keepFocus } from './kept-focus.ts';
import { listedPlaces } from './listed-places.ts';
import { ledgerOutage, watchLedger } from './live/ledger.ts';
import { connection, follow, heardMs, runsAtWork } from './live/state.ts';
import { Overview } from './places/overview/overview.tsx';
import { address, PLACES, type PlaceId, pathTo } from './router.ts';
import { openCommands, openHelp, Shortcuts } from './shortcuts.tsx';

/** The first place is part of the page; the others are loaded when somebody goes there. */
const LAZY: Readonly<Partial<Record<PlaceId, () => Promise<ComponentType>>>> = {
  backfill: async () => (await import('./places/backfill/backfill.tsx')).Backfill,
  traffic: async () => (await import('./places/traffic/traffic.tsx')).Traffic,
  events: async () => (await import('./places/events/events.tsx')).Events,
  funnels: async () => (await import('./places/funnels/funnels.tsx')).Funnels,
  pages: async () => (await import('./places/pages/pages.tsx')).Pages,
  schedules: async () => (await import('./places/schedules/schedules.tsx')).Schedules,
  plugins: async () => (await import('./places/plugins/plugins.tsx')).Plugins,
  targets: async () => (await import('./places/targets/targets.tsx')).Targets,
  logs: async () => (await import('./places/logs/logs.tsx')).Logs,
  preferences: async () => (await import('./places/preferences/preferences.tsx')).PreferencesPlace,
  runs: async () => (await import('./places/runs/runs.tsx')).Runs,
  workers: async () => (await import('./places/workers/workers.tsx')).Workers,
};

const GROUPS = [...new Set(PLACES.map(({ group }) => group))];

function Place({ id }: { id: PlaceId }) {
  const [loaded, setLoaded] = useState<{ readonly id: PlaceId; readonly Content: ComponentType }>();
  const [hasFailed, setFailed] = useState(false);
  const load = LAZY[id];
  useEffect(() => {
    let isWanted = true;
    setFailed(false);
    load?.().then(
      (Content) => isWanted && setLoaded({ id, Content }),
      () => isWanted && setFailed(true),
    );
    return () => {
      isWanted = false;
    };
  }, [id, load]);
  const isAway = connection.value === 'away';
  const wasAway = useRef(false);
  useEffect(() => {
    if (!hasFailed) return;
    // Nothing is on the screen that could be lost.
    if (wasAway.current && !isAway) location.reload();
    wasAway.current = isAway;
  }, [hasFailed, isAway]);
  if (!load) return <Overview />;
  if (hasFailed) {
    return (
      <div class="empty">
        <h2>This part of the page could not be loaded</h2>
        <p>
          {isAway
            ? 'It is loaded as soon as the service responds again.'
            : 'The service may have been updated since this page was opened.'}
        </p>
        <button type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    );
  }
  return loaded?.id === id ? (
    <loaded.Content />
  ) : (
    <p class="soft" role="status">
      Loading …
    </p>
  );
}

function AwayBanner() {
  if (connection.value !== 'away') return null;
  const since = new Date(heardMs.value).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (
    <p class="banner bad" role="alert">
      The service does not respond. Trying again. {heardMs.value > 0 && `What you see is from ${since}.`}
    </p>
  );
}

/** The place of the workers says it itself. */
function LedgerBanner({ place }: { place: PlaceId }) {
  const { value: outage } = ledgerOutage;
  if (!outage || place === 'workers' || connection.value === 'away') return null;
  const since = new Date(outage.sinceMs).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (
    <p class="banner bad" role="alert">
      {outage.message} Since {since}. Nothing is sent, and runs go on when it is back.
    </p>
  );
}

function Navigation({ current, isOpen, onGo }: { current: PlaceId; isOpen: boolean; onGo: () => void }) {
  const atWork = runsAtWork.value.length;
  const places = listedPlaces(current);
  return (
    <header class={isOpen ? 'side open' : 'side'} id="navigation">
      <a class="brand" href={pathTo('overview')}>
        trafficinator
      </a>
      <nav aria-label="Places">
        {GROUPS.map((group) => (
          <div key={group}>
            {group !== undefined && <h2>{group}</h2>}
            <ul>
              {places
                .filter((place) => place.group === group)
                .map(({ id, title }) => (
                  <li key={id}>
                    <a href={pathTo(id)} aria-current={id === current ? 'page' : undefined} onClick={onGo}>
                      <PlaceIcon id={id} />
                      {title}
                      {id === 'runs' && atWork > 0 && <span class="badge">{atWork} running</span>}
                    </a>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </nav>
      <div class="foot">
        <button type="button" class="plain small" onClick={openCommands}>
          Go to <kbd>Ctrl K</kbd>
        </button>
        <button type="button" class="plain small" onClick={openHelp}>
          Shortcuts <kbd>?</kbd>
        </button>
        <a href="/docs" target="_blank" rel="noreferrer">
          API
        </a>
      </div>
    </header>
  );
}

export function App() {
  const isOpen = useSignal(false);
  useEffect(follow, []);
  useEffect(watchLedger, []);
  useEffect(keepFocus, []);
  const { place } = address.value;
  const title = PLACES.find(({ id }) => id === place)?.title ?? '';
  useEffect(() => {
    document.title = `${title} · trafficinator`;
  }, [title]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <div class="shell">
        <nav class="topbar" aria-label="Menu">
          <a class="brand" href={pathTo('overview')}>
            trafficinator
          </a>
          <button
            type="button"
            aria-expanded={isOpen.value}
            aria-controls="navigation"
            onClick={() => {
              isOpen.value = !isOpen.value;
            }}
          >
            {isOpen.value ? 'Close' : 'Menu'}
          </button>
        </nav>
        <Navigation
          current={place}
          isOpen={isOpen.value}
          onGo={() => {
            isOpen.value = false;
          }}
        />
        <main id="main" tabIndex={-1}>
          <AwayBanner />
          <LedgerBanner place={place} />
          <Place key={place} id={place} />
        </main>
      </div>
      <Notices />
      <QuestionDialog />
      <Shortcuts />
    </>
  );
}
