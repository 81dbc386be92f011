using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Format.Schemas;

/// <summary>A document as an editor's checker sees it.</summary>
/// <param name="Schema">plan, rep or case.</param>
/// <param name="Json">Its text, or null where it is YAML.</param>
/// <param name="Yaml">Its text, or null where it is JSON.</param>
internal sealed record SchemaDocument(string Schema, string? Json, string? Yaml = null);

/// <summary>Something that a schema refuses.</summary>
/// <param name="At">A JSON pointer to the place.</param>
/// <param name="Keyword">The schema's keyword.</param>
/// <param name="Name">The field that is missing or unknown, or empty.</param>
internal sealed record SchemaFinding(string At, string Keyword, string Name);

/// <summary>Checks documents by a JSON Schema validator of others, Ajv, in Node.</summary>
internal static class SchemaCheck
{
    private static readonly Lazy<Task<bool>> Installed = new(InstallAsync);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "node");

    /// <summary>For each document what its schema refuses in it.</summary>
    public static async Task<List<List<SchemaFinding>>> RunAsync(IEnumerable<SchemaDocument> documents)
    {
        if (!await Installed.Value)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must have node.");
            Assert.Skip("NODE IS MISSING: the schemas were NOT tested.");
        }

        var input = new
        {
            schemas = new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
            {
                ["plan"] = JsonNode.Parse(PlanSchema.Plan()),
                ["rep"] = JsonNode.Parse(PlanSchema.Rep()),
                ["case"] = JsonNode.Parse(PlanSchema.Case()),
            },
            documents,
        };
        var file = Path.Combine(Directory.CreateTempSubdirectory("commission-").FullName, "documents.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(input, JsonSerializerOptions.Web));
        var output = await RunAsync("node", "check.mjs", file);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return JsonSerializer.Deserialize<List<List<SchemaFinding>>>(output, JsonSerializerOptions.Web)!;
    }

    private static async Task<bool> InstallAsync()
    {
        try
        {
            await RunAsync("node", "--version");
        }
        catch (Win32Exception)
        {
            return false;
        }

        await RunAsync("npm", "ci", "--ignore-scripts");
        return true;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} failed: {await output} {await errors}");
        return await output;
    }
}
