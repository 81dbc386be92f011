using System.Globalization;

namespace Commission.Cluster;

/// <summary>
/// Measures silos of the cluster build, as processes of their own, beside the default build's and an empty grain call:
/// <c>Commission.Cluster SILO EMBEDDED POSTGRES [EVENTS] [ROUNDS]</c>. The first two are the builds'
/// Commission.Silo.dll, the third is the address of a PostgreSQL server on which databases may be created.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is not [var silo, var embedded, var postgres, ..] || !File.Exists(silo) || !File.Exists(embedded))
        {
            await Console.Error.WriteLineAsync(
                "Expected: SILO EMBEDDED POSTGRES [EVENTS] [ROUNDS], such as\n"
                + "  src/Silo/bin/orleans/Release/net10.0/Commission.Silo.dll\n"
                + "  src/Silo/bin/Release/net10.0/Commission.Silo.dll\n"
                + "  \"Host=127.0.0.1;Username=commission;Database=postgres\" 10000 3");
            return 2;
        }

        var bench = new ClusterBench(postgres, Number(args, 3, 10_000));
        IReadOnlyList<Setup> setups =
        [
            new("default build", embedded, 1),
            new("1 silo", silo, 1),
            new("2 silos", silo, 2),
            new("3 silos", silo, 3),
        ];
        await bench.RunAsync(setups, Number(args, 4, 3));
        return 0;
    }

    private static int Number(string[] args, int at, int otherwise) =>
        args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
}
