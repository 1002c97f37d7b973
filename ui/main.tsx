import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isWorthAsking, waitFor } from './api/refusal.ts';
import { Site } from './routes.tsx';
import { applyTheme, savedTheme } from './shell/theme.ts';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/pages.css';
import './style/print.css';

applyTheme(savedTheme());

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: isWorthAsking,
      retryDelay: waitFor,
    },
  },
});

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Site />
      </QueryClientProvider>
    </StrictMode>,
  );
