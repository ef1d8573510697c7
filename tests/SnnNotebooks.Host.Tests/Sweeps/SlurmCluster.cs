using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>
/// A real Slurm of one node on the loopback address, all of it in a folder of its own: keys, sockets, logs and state; its daemons end
/// with it.
/// </summary>
internal sealed class SlurmCluster : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<Process> daemons = [];

    private SlurmCluster()
    {
    }

    /// <summary>What makes the programs of Slurm ask this one.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["SLURM_CONF"] = folder.File("slurm.conf") };

    /// <summary>Starts it; it must be called by root, as whom Slurm's daemon of a node runs.</summary>
    public static SlurmCluster Start()
    {
        var cluster = new SlurmCluster();
        try
        {
            cluster.Begin();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program of Slurm and gives what it says.</summary>
    public string Ask(string program, params string[] arguments)
    {
        using var process = Run(program, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.Result;
    }

    private void Begin()
    {
        var key = folder.File("munge.key");
        File.WriteAllBytes(key, System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var socket = folder.File("munge.socket");
        daemons.Add(Run("/usr/sbin/munged", "--foreground", "--force", $"--key-file={key}", $"--socket={socket}",
            $"--log-file={folder.File("munge.log")}", $"--pid-file={folder.File("munge.pid")}", $"--seed-file={folder.File("munge.seed")}",
            "--num-threads=1"));
        SweepWorkshop.Until(() => File.Exists(socket), $"munged listens ({Log("munge.log")})");
        var (control, node) = (FreePort(), FreePort());
        var host = Dns.GetHostName();
        Directory.CreateDirectory(folder.File("state"));
        Directory.CreateDirectory(folder.File("spool"));
        File.WriteAllText(folder.File("slurm.conf"), $"""
            ClusterName=test
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={control}
            SlurmdPort={node}
            SlurmUser=root
            AuthType=auth/munge
            AuthInfo=socket={socket},cred_expire=5
            CryptoType=crypto/munge
            MpiDefault=none
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            SchedulerParameters=bf_interval=1,sched_min_interval=0,sched_interval=1,requeue_setup_env_fail
            MailProg=/bin/true
            ReturnToService=2
            KillWait=5
            InactiveLimit=0
            MinJobAge=300
            StateSaveLocation={folder.File("state")}
            SlurmdSpoolDir={folder.File("spool")}
            SlurmctldPidFile={folder.File("slurmctld.pid")}
            SlurmdPidFile={folder.File("slurmd.pid")}
            SlurmctldLogFile={folder.File("slurmctld.log")}
            SlurmdLogFile={folder.File("slurmd.log")}
            NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
            """);
        daemons.Add(Run("/usr/sbin/slurmctld", "-D", "-f", folder.File("slurm.conf")));
        daemons.Add(Run("/usr/sbin/slurmd", "-D", "-N", host, "-f", folder.File("slurm.conf")));
        SweepWorkshop.Until(() => Ask("sinfo", "-h", "-o", "%T").Trim() == "idle",
            $"the node is idle: {Log("slurmctld.log")} {Log("slurmd.log")}");
    }

    private string Log(string name) => File.Exists(folder.File(name)) ? File.ReadAllText(folder.File(name)) : $"no {name}";

    private Process Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    // below those that systems give to connections: one of these could be given away before the daemon listens
    private static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 32_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // somebody's
            }
        }
    }

    public void Dispose()
    {
        // a job that is left would outlive the daemons
        if (daemons.Count == 3)
        {
            Ask("scancel", "--full", "-u", System.Environment.UserName);
            Thread.Sleep(500);
        }

        foreach (var daemon in Enumerable.Reverse(daemons))
        {
            SweepWorkshop.Kill("TERM", daemon.Id);
            if (!daemon.WaitForExit(10_000))
            {
                daemon.Kill(entireProcessTree: true);
            }

            daemon.Dispose();
        }

        folder.Dispose();
    }
}
