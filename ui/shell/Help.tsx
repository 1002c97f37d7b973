import { useState } from 'react';
import { ACTION_SAYS, ACTIONS, areKeysOn, GO, setKeys } from './keys.ts';
import { useDialog } from './use-dialog.ts';

export const Help = ({ close }: { readonly close: () => void }) => {
  const dialog = useDialog(close);
  const [isOn, setOn] = useState(areKeysOn);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="help-title">
      <div className="panel-head">
        <h2 id="help-title">Keys</h2>
        <button type="button" className="icon" onClick={close} aria-label="Close">
          ✕
        </button>
      </div>
      <div className="columns">
        <dl className="keys">
          {ACTIONS.map(([key, action]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{ACTION_SAYS[action]}</dd>
            </div>
          ))}
          <div>
            <dt>
              <kbd>Esc</kbd>
            </dt>
            <dd>Close what is open</dd>
          </div>
        </dl>
        <dl className="keys">
          {GO.map(([key, , name]) => (
            <div key={key}>
              <dt>
                <kbd>g</kbd> <kbd>{key}</kbd>
              </dt>
              <dd>{name}</dd>
            </div>
          ))}
        </dl>
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => {
            setKeys(event.target.checked);
            setOn(event.target.checked);
          }}
        />{' '}
        Single keys do something
      </label>
      <p className="dim">
        Every answer here is one of <code>unmasq</code> on the command line and of <code>/api/v1</code>: “Same answer
        elsewhere” below it has both. What the address bar holds is all that a page shows: copy it to share it.
      </p>
    </dialog>
  );
};
