using Commission.Silo.Tests.Processes;

namespace Commission.Silo.Tests.Clients;

/// <summary>What the clients of samples/ need, and how they are run.</summary>
internal static class ForeignPrograms
{
    private static readonly Lazy<Task> Packages = new(() => RunningProgram.RunAsync(
        "npm", TestScripts, "ci", "--ignore-scripts", "--no-audit", "--no-fund"));

    /// <summary>Debian's own Python: another one on the path does not see Debian's packages.</summary>
    public const string Python = "/usr/bin/python3";

    public static string Samples { get; } = Path.Combine(RunningProgram.Root, "samples", "clients");

    private static string TestScripts => Path.Combine(RunningProgram.Root, "tests", "node", "samples");

    /// <summary>In CI nothing may be missing; elsewhere the test is skipped, and says so.</summary>
    public static async Task RequireAsync(string probe, string packages)
    {
        await using var ran = RunningProgram.Start("bash", RunningProgram.Root, "-c", probe);
        if ((await ran.EndAsync()).Code != 0)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI must have {packages}.");
            Assert.Skip($"{packages} MISSING: this client was NOT tested.");
        }
    }

    public static Task RequireNodeAsync() => RequireAsync("node --version && npm --version", "nodejs and npm");

    public static Task RequireCurlAsync() => RequireAsync("curl --version", "curl");

    public static Task RequireGrpcioAsync() =>
        RequireAsync($"{Python} -c 'import grpc, google.protobuf'", "python3-grpcio and python3-protobuf");

    /// <summary>Starts a script of tests/node/samples, with its packages installed.</summary>
    public static async Task<RunningProgram> StartScriptAsync(string script, params string[] arguments)
    {
        await Packages.Value;
        return RunningProgram.Start("node", TestScripts, [script, .. arguments]);
    }

    /// <summary>Starts a command in the folder of the clients, as a caller.</summary>
    public static RunningProgram Start(string command, Uri server, string token) => RunningProgram.Start(
        "bash",
        Samples,
        "-c",
        $"export COMMISSION_SERVER={server} COMMISSION_TOKEN={token}; exec {command}");

    /// <summary>What a command prints; it must end well.</summary>
    public static async Task<string> RunAsync(string command, Uri server, string token)
    {
        await using var ran = Start(command, server, token);
        var (code, errors) = await ran.EndAsync();
        Assert.True(code == 0, $"{command} ended with {code}: {ran.Output} {errors}");
        return ran.Output.TrimEnd();
    }
}
