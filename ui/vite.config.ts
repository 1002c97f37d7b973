import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console as files: build/ui, which `unmasq serve` serves as they are. For work on it: sh tools/run.sh vite ui, beside a server on 7171. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../build/ui',
    emptyOutDir: true,
    // An image in the page itself would need a policy that allows it.
    assetsInlineLimit: 0,
    // What browsers of the last two years read.
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // What others wrote goes out in these files: their licences go with it, and the release knows what it is made of.
    license: { fileName: 'licenses.json' },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7171' } },
});
