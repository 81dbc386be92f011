using System.Collections.Immutable;
using Commission.Engine;
using Commission.Storage;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Reps;

/// <summary>
/// A payee's document as a grain keeps it: what most answers say of it, and the rest as it is stored. The message with
/// its maps takes ten times the memory of its bytes, and is seldom asked for.
/// </summary>
/// <param name="Rep">The payee's id.</param>
/// <param name="Name">The payee's name; empty where none was given.</param>
/// <param name="Stored">All of it, as <see cref="RepDocuments.ToBytes"/> made it.</param>
internal sealed record StoredRep(string Rep, string Name, ReadOnlyMemory<byte> Stored)
{
    /// <summary>Reads all of it anew.</summary>
    public Api.Rep ToApi() => Api.Rep.Parser.ParseFrom(Stored.Span);

    /// <summary>A payee's stored document and its assignments, in order of dates.</summary>
    public static (StoredRep Document, ImmutableArray<Assignment> Assignments) Read(string rep, CatalogEntry entry)
    {
        var document = Api.Rep.Parser.ParseFrom(entry.Document.Span);
        var fields = new Fields();
        var assignments = RepMapping.ToAssignments(document, fields);
        Invariant.Holds(
            !fields.Refused && document.Rep_ == rep,
            $"payee {entry.Id}, version {entry.Version}, is not valid any more");
        return (new StoredRep(rep, document.Name, entry.Document), assignments);
    }
}
