import { useCallback } from 'react';
import { useView } from '../state/use-view.ts';
import { Why } from '../parts/Why.tsx';
import { useDialog } from './use-dialog.ts';

/** The evidence for one flow, beside whatever page led to it; the address names it, so a link opens it again. */
export const FlowDrawer = ({ flow }: { readonly flow: string }) => {
  const { change } = useView();
  const close = useCallback(() => change({ flow: null }), [change]);
  const dialog = useDialog(close);
  return (
    <dialog ref={dialog} className="drawer" aria-label="Why: the evidence for a flow">
      <div className="panel-head">
        <h2>Why</h2>
        <button type="button" className="icon" onClick={close} aria-label="Close">
          ✕
        </button>
      </div>
      <Why flow={flow} />
    </dialog>
  );
};
