"""The disk with the database is full for a while."""

import errno
import os
import subprocess
import unittest
from pathlib import Path

from scenario import Scenario


class FullDisk(Scenario):
    @unittest.skipUnless(os.geteuid() == 0, "only root can mount a small disk")
    def test_a_disk_that_is_full_for_a_while(self):
        host = self.host()
        disk = Path(host.directory, "disk")
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "commhost-fault", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        host.configure(state_directory=str(disk / "state"))
        self.apply(host)
        start = self.chat.mark()
        supervisor = self.start(host)
        self.wait_for(lambda: sum(each.is_write for each in self.chat.processed(start)) >= 6, "six writes")
        filler = disk / "filler"
        with open(filler, "wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError as full:
                    self.assertEqual(full.errno, errno.ENOSPC)
        line = next(each for each in supervisor.process.stderr if "STORE_FULL" in each)
        self.assertIn("STORE_FULL", line)
        filler.unlink()
        self.wait_until_done(host)
        self.end(supervisor)
        self.check(host, "disk full in the middle", 1, "not measured")
