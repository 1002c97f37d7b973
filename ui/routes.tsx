import { lazy, type ReactNode, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import type { ConsolePage } from '../src/contract/console-pages.ts';
import { Home } from './pages/Home.tsx';
import { Who } from './pages/Who.tsx';
import { Empty } from './parts/Empty.tsx';
import { Shell } from './shell/Shell.tsx';

const Flows = lazy(async () => ({ default: (await import('./pages/Flows.tsx')).FlowsPage }));

const MapPage = lazy(async () => ({ default: (await import('./pages/Map.tsx')).MapPage }));
const Snat = lazy(async () => ({ default: (await import('./pages/Snat.tsx')).Snat }));
const Diagnose = lazy(async () => ({ default: (await import('./pages/Diagnose.tsx')).Diagnose }));
const TracePage = lazy(async () => ({ default: (await import('./pages/Trace.tsx')).TracePage }));
const AuditPage = lazy(async () => ({ default: (await import('./pages/Audit.tsx')).AuditPage }));
const SourcesPage = lazy(async () => ({ default: (await import('./pages/Sources.tsx')).SourcesPage }));

/** The whole site. What is not on the first page comes when it is gone to. */
const PAGES: Readonly<Record<ConsolePage, () => ReactNode>> = {
  '/': () => <Home />,
  '/who': () => <Who />,
  '/flows': () => <Flows />,
  '/map': () => <MapPage />,
  '/snat': () => <Snat />,
  '/diagnose': () => <Diagnose />,
  '/trace': () => <TracePage />,
  '/audit': () => <AuditPage />,
  '/sources': () => <SourcesPage />,
};

export const Site = () => (
  <Shell>
    <Suspense fallback={<div className="skeleton" data-empty="loading" role="status" aria-label="Loading the page" />}>
      <Switch>
        {Object.entries(PAGES).map(([path, page]) => (
          <Route key={path} path={path}>
            {page}
          </Route>
        ))}
        <Route>
          <Empty kind="true-zero" title="There is no such page">
            <p>The pages stand on the left; the search box takes an address, a name, an id or a log line.</p>
          </Empty>
        </Route>
      </Switch>
    </Suspense>
  </Shell>
);
