"""What the pages share: state, store, sidebar, live components and their browser side."""
