using System.Text;
using Commission.Interop.Tests.Proto;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Interop.Tests;

/// <summary>
/// The interoperability cases of gRPC on our server, by clients that are not ours; docs/interop.md has the table.
/// </summary>
public sealed class InteropTests
{
    private const string Ok = "ok";

    private static readonly string[] Cases =
    [
        "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong", "empty_stream",
        "cancel_after_begin", "cancel_after_first_response", "timeout_on_sleeping_server", "custom_metadata",
        "status_code_and_message", "special_status_message", "unimplemented_method", "unimplemented_service",
        "server_compressed_unary", "server_compressed_streaming", "client_compressed_unary",
        "client_compressed_streaming",
    ];

    private static readonly string Protos =
        Path.Combine(ForeignProgram.Root, "tests", "Interop.Tests", "proto");

    [Fact]
    public async Task Cases_ByEveryClient_PassAsTheTableSays()
    {
        await using var host = await InteropHost.StartAsync(TestServiceHandlers.Table());
        var results = new List<(string Client, IReadOnlyDictionary<string, string> Results)>();
        foreach (var (client, run) in Clients(host, WriteDescriptors()))
        {
            results.Add((client, Parse(await run())));
        }

        var table = Table(results);
        TestContext.Current.TestOutputHelper?.WriteLine(table);
        var document = await File.ReadAllTextAsync(Path.Combine(ForeignProgram.Root, "docs", "interop.md"));
        Assert.Contains(table, document, StringComparison.Ordinal);
        Assert.All(Cases, name => Assert.Contains(results, r => r.Results.GetValueOrDefault(name) == Ok));
    }

    private static (string Client, Func<Task<string>> Run)[] Clients(InteropHost host, string descriptors)
    {
        var http2 = host.Http2.GetLeftPart(UriPartial.Authority);
        var http1 = host.Http1.GetLeftPart(UriPartial.Authority);
        return
        [
            ("@grpc/grpc-js", () => ForeignProgram.NodeAsync("grpc-js.mjs", host.Http2.Authority, Protos)),
            ("grpcio", () => ForeignProgram.PythonAsync("interop.py", host.Http2.Authority, descriptors)),
            ("connect-node, gRPC", () => ForeignProgram.NodeAsync("connect.mjs", "grpc", http2, descriptors)),
            ("connect-node, gRPC-Web",
                () => ForeignProgram.NodeAsync("connect.mjs", "grpc-web-node", http1, descriptors)),
            ("connect-web", () => ForeignProgram.NodeAsync("connect.mjs", "grpc-web-fetch", http1, descriptors)),
            ("grpc-web, binary", () => ForeignProgram.NodeAsync("grpc-web.mjs", "binary", http1, descriptors)),
            ("grpc-web, text", () => ForeignProgram.NodeAsync("grpc-web.mjs", "text", http1, descriptors)),
            ("node:http2", () => ForeignProgram.NodeAsync("frames.mjs", http2, Protos)),
        ];
    }

    private static string WriteDescriptors()
    {
        var set = new FileDescriptorSet();
        set.File.Add(FileDescriptorProto.Parser.ParseFrom(InteropReflection.Descriptor.SerializedData));
        var file = Path.Combine(AppContext.BaseDirectory, "interop.binpb");
        File.WriteAllBytes(file, set.ToByteArray());
        return file;
    }

    private static Dictionary<string, string> Parse(string output) => output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t'))
        .ToDictionary(line => line[0], line => line[1], StringComparer.Ordinal);

    /// <summary>The table of docs/interop.md: a dash where the client is not made for the case.</summary>
    private static string Table(List<(string Client, IReadOnlyDictionary<string, string> Results)> results)
    {
        var notes = new List<string>();
        var table = new StringBuilder("| case |");
        table.AppendJoin("", results.Select(r => $" {r.Client} |")).Append("\n| --- |");
        table.AppendJoin("", results.Select(_ => " --- |")).Append('\n');
        foreach (var name in Cases)
        {
            table.Append("| ").Append(name).Append(" |");
            table.AppendJoin("", results.Select(r => $" {Cell(r.Results.GetValueOrDefault(name, "none"), notes)} |"));
            table.Append('\n');
        }

        table.Append('\n');
        foreach (var (note, i) in notes.Select((note, i) => (note, i)))
        {
            table.Append(null, $"{i + 1}. {note}\n");
        }

        return table.ToString();
    }

    private static string Cell(string result, List<string> notes)
    {
        var parts = result.Split(": ", 2);
        if (parts.Length == 1)
        {
            return result == Ok ? "yes" : "–";
        }

        if (!notes.Contains(parts[1], StringComparer.Ordinal))
        {
            notes.Add(parts[1]);
        }

        return $"{(parts[0] == "part" ? "part" : "–")} ({notes.IndexOf(parts[1]) + 1})";
    }
}
