import type { ComponentType, FunctionComponent, JSX } from 'preact';
import { Component, createElement } from 'preact';

/** A component that is drawn again only when one of its props is another value. */
export function memo<Props extends object>(view: FunctionComponent<Props>): ComponentType<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const before = this.props as Readonly<Record<string, unknown>>;
      return Object.entries(next).some(([name, value]) => before[name] !== value);
    }

    override render(): JSX.Element {
      return createElement(view as FunctionComponent, this.props);
    }
  };
}
