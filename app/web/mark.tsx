/** The product's mark: a camera whose lens is a speech bubble's mouth. It is decorative, since the name stands beside it. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <rect class="mark-background" width="32" height="32" rx="8" />
      <path
        class="mark-shape"
        d="M8 10.5A2.5 2.5 0 0 1 10.5 8h7a2.5 2.5 0 0 1 2.5 2.5v1.9l4.3-2.3a.8.8 0 0 1 1.2.7v8.4a.8.8 0 0 1-1.2.7L20 17.6v1.9a2.5 2.5 0 0 1-2.5 2.5H13l-3.6 2.7a.9.9 0 0 1-1.4-.7z"
      />
    </svg>
  );
}
