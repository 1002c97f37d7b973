import { type RefObject, useEffect, useRef } from 'react';

/** A native dialog that is open while it is there: it holds the focus, Escape closes it, and the focus goes back to where it was. */
export const useDialog = (close: () => void): RefObject<HTMLDialogElement | null> => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    if (current === null) return undefined;
    if (!current.open) current.showModal();
    const cancel = (event: Event): void => {
      event.preventDefault();
      close();
    };
    current.addEventListener('cancel', cancel);
    return () => {
      current.removeEventListener('cancel', cancel);
      current.close();
    };
  }, [close]);
  return dialog;
};
