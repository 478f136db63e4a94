"""The page of `play`: an export that runs in the browser, and what is known of its test images."""
