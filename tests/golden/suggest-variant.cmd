run incident/sidebar --variant ownershp-check
