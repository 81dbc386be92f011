using System.Diagnostics;
using OpenTelemetry;

namespace Commission.Silo.Hosting.Telemetry;

/// <summary>
/// Takes from the spans of the grain runtime, before they are sent, what may name a payee: the ids of grains, and what
/// exceptions say. Ours have neither.
/// </summary>
internal sealed class Discretion : BaseProcessor<Activity>
{
    private static readonly string[] Tags =
        ["orleans.rpc.target_id", "orleans.rpc.source_id", "exception.message", "exception.stacktrace"];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var tag in Tags)
        {
            data.SetTag(tag, null);
        }
    }
}
