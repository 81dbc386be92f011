using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Commission.Silo.Hosting.Telemetry;

/// <summary>
/// Leaves in the spans of the grain runtime, before they are sent, only what names nobody. The ids of grains would name
/// payees, as what exceptions say might, and what the runtime calls them differs between its versions. Our own spans
/// have neither.
/// </summary>
internal sealed class Discretion : BaseProcessor<Activity>
{
    private const string Runtime = "Microsoft.Orleans.";

    /// <summary>Tags that stay: which method of which interface was called, and the kind of failure.</summary>
    private static readonly FrozenSet<string> Harmless = FrozenSet.Create(
        StringComparer.Ordinal,
        "rpc.system", "rpc.system.name", "rpc.service", "orleans.rpc.service", "rpc.method", "status", "error.type",
        "exception.type", "exception.escaped");

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (!data.Source.Name.StartsWith(Runtime, StringComparison.Ordinal))
        {
            return;
        }

        foreach (var tag in data.TagObjects.Select(tag => tag.Key).Where(tag => !Harmless.Contains(tag)).ToList())
        {
            data.SetTag(tag, null);
        }

        if (data.StatusDescription is not null)
        {
            data.SetStatus(data.Status);
        }
    }
}
