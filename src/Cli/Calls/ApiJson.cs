using System.Text.Encodings.Web;
using System.Text.Json;

namespace Commission.Cli.Calls;

/// <summary>How the API's JSON is printed.</summary>
internal static class ApiJson
{
    /// <summary>For a single answer.</summary>
    public static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>For each answer of a stream.</summary>
    public static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
