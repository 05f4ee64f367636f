"""A worker that is killed in the middle of its second portion. Run as a process of its own."""

import os
import signal
import sys

from eventsapp.app import create_app
from eventsapp.core.db import db
from eventsapp.imports.working import work_on

if __name__ == "__main__":
    with create_app().app_context():
        batch_id = int(sys.argv[1])
        work_on(batch_id)
        db.session.commit()
        work_on(batch_id)
        os.kill(os.getpid(), signal.SIGKILL)
