import { type RefObject, useEffect, useRef, useState } from 'react';

/** How wide an element is, as long as it is shown. */
export const useWidth = <Element extends HTMLElement>(): readonly [RefObject<Element | null>, number] => {
  const ref = useRef<Element>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
};
