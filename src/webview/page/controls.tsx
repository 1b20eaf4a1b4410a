import type { ComponentChildren, JSX } from 'preact';

/** A codicon; words beside it or on its button say what it means. */
export function Icon({ name }: { readonly name: string }): JSX.Element {
  const [icon, modifier] = name.split('~');
  return (
    <span class={`codicon codicon-${icon ?? ''}${modifier === undefined ? '' : ` codicon-modifier-${modifier}`}`} aria-hidden="true" />
  );
}

interface IconButtonProps {
  readonly icon: string;
  readonly label: string;
  readonly onClick: () => void;
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
  /** There is nothing to do now, but the button keeps the keyboard, as one that is pressed again and again has to. */
  readonly isIdle?: boolean;
}

/** A small button with an icon only; the label is its name and its tooltip. */
export function IconButton({ icon, label, onClick, isDisabled, isPressed, isIdle }: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      title={label}
      aria-label={label}
      disabled={isDisabled ?? false}
      {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      {...(isIdle === true ? { 'aria-disabled': true } : {})}
      onClick={isIdle === true ? undefined : onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface ButtonProps {
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly isPrimary?: boolean;
  readonly isDisabled?: boolean;
  readonly title?: string;
}

/** A button with words. */
export function Button({ onClick, children, isPrimary, isDisabled, title }: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class={isPrimary === true ? 'button primary' : 'button'}
      disabled={isDisabled ?? false}
      {...(title === undefined ? {} : { title })}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
