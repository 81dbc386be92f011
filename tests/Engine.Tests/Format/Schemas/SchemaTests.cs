using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Commission.Engine.Tests.Format.Schemas;

/// <summary>The schemas say what the parser says, as far as a schema can.</summary>
public sealed partial class SchemaTests
{
    private static readonly string[] CaseFileNames = ["published.json", "peers.json", "reference.json"];

    private static readonly string?[] Replacements =
        ["{}", "[]", "null", "true", "5", "-5", "0.5", "\"zzz\"", "\"5%\"", "\"\"", "\"A b\"", "\"1,000\"", "[[]]"];

    [Fact]
    public async Task Schema_ValidDocuments_AreAccepted()
    {
        var documents = Everything.Documents.Select(one => new SchemaDocument(one.Schema, one.Document.ToJsonString()))
            .Concat(CaseFileNames.Select(file => new SchemaDocument("case", CaseFiles.Read(file))))
            .Concat(Plans().Select(plan => new SchemaDocument("plan", plan.ToJsonString())))
            .Concat(SampleReps().Select(rep => new SchemaDocument("rep", rep.ToJsonString())))
            .Concat(SamplePlans().Select(text => new SchemaDocument("plan", null, text)))
            .ToList();
        Assert.All(documents, one => Assert.DoesNotContain(
            Everything.Parse(one.Schema, one.Json ?? one.Yaml!),
            problem => problem.Severity == ProblemSeverity.Error));

        var found = await SchemaCheck.RunAsync(documents);

        Assert.Equal(documents.Count, found.Count);
        Assert.All(found, Assert.Empty);
    }

    [Fact]
    public async Task Schema_DamagedDocuments_AreRefusedAsTheParserDoes()
    {
        var documents = Everything.Documents.SelectMany(one => Damaged(one.Document)
            .Select(text => new SchemaDocument(one.Schema, text))).ToList();

        var found = await SchemaCheck.RunAsync(documents);

        var differ = documents.Zip(found).Select(pair => Difference(pair.First, pair.Second)).OfType<string>();
        Assert.True(documents.Count > 3_000);
        Assert.Equal("", string.Join('\n', differ.Take(20)));
    }

    [Fact]
    public async Task Schema_AnyFieldInAnyMap_IsKnownWhereTheReaderKnowsIt()
    {
        var names = Maps().SelectMany(map => map.FieldNames).Distinct(StringComparer.Ordinal).ToList();
        var added = Everything.Documents.SelectMany(one => With(one.Document, names)
            .Select(with => (Document: new SchemaDocument(one.Schema, with.Text), with.Name))).ToList();

        var found = await SchemaCheck.RunAsync(added.Select(one => one.Document));

        foreach (var (one, findings) in added.Zip(found))
        {
            var unknown = Everything.Parse(one.Document.Schema, one.Document.Json!)
                .Any(problem => problem.Message == $"There is no field '{one.Name}' here.");
            Assert.True(
                unknown == findings.Exists(finding =>
                    finding.Keyword == "additionalProperties" && finding.Name == one.Name),
                $"{one.Name}: the reader says {(unknown ? "unknown" : "known")} in {one.Document.Json}");
        }
    }

    [Fact]
    public void Everything_ItsDocuments_HaveEveryFieldOfTheSchemas()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Shape[] roots = [PlanShapes.Plan, RepShapes.RepMap, CaseShapes.Cases];
        foreach (var (root, one) in roots.Zip(Everything.Documents))
        {
            Walk(root, one.Document, (map, field) => seen.Add($"{map}.{field}"));
        }

        var missing = Maps().SelectMany(map => map.FieldNames.Select(field => $"{map.Name}.{field}")).Except(seen);
        Assert.Equal("", string.Join(' ', missing));
    }

    [Fact]
    public void Schema_EveryField_HasADescriptionThatIsASentence() =>
        Assert.All(Maps().SelectMany(map => map.Fields), field => Assert.Matches(@"\A\P{Ll}?.*[.]\z", field.Means));

    [Fact]
    public void Schema_DefinitionsOfOneName_AreOneMap() =>
        Assert.All(Maps().GroupBy(map => map.Name), same => Assert.Single(same.Select(map => map.Means).Distinct()));

    private static string? Difference(SchemaDocument document, List<SchemaFinding> found)
    {
        var errors = Everything.Parse(document.Schema, document.Json!)
            .Where(problem => problem.Severity == ProblemSeverity.Error).ToList();
        if (errors.Count == 0 && found.Count > 0)
        {
            return $"only the schema refuses {found[0]}: {document.Json}";
        }

        var shape = errors.Find(problem => OfShape().IsMatch(problem.Message));
        return shape is not null && found.Count == 0 ? $"only the parser refuses {shape}: {document.Json}" : null;
    }

    // Each value replaced by others, and each field left out.
    private static IEnumerable<string> Damaged(JsonNode document)
    {
        var paths = new List<string>();
        Visit(document, node => paths.Add(node.GetPath()));
        foreach (var path in paths.Where(path => path != "$"))
        {
            foreach (var replacement in Replacements)
            {
                var copy = document.DeepClone();
                Find(copy, path).ReplaceWith(JsonNode.Parse(replacement!));
                yield return copy.ToJsonString();
            }

            var shorter = document.DeepClone();
            var gone = Find(shorter, path);
            if (gone.Parent is JsonObject map)
            {
                map.Remove(gone.GetPropertyName());
                yield return shorter.ToJsonString();
            }
        }
    }

    private static IEnumerable<(string Text, string Name)> With(JsonNode document, IReadOnlyList<string> names)
    {
        var maps = new List<string>();
        Visit(document, node => maps.AddRange(node is JsonObject ? [node.GetPath()] : []));
        foreach (var (path, name) in maps.SelectMany(path => names.Select(name => (path, name))))
        {
            var copy = document.DeepClone();
            if (((JsonObject)Find(copy, path)).TryAdd(name, "x"))
            {
                yield return (copy.ToJsonString(), name);
            }
        }
    }

    private static JsonNode Find(JsonNode root, string path)
    {
        JsonNode? found = null;
        Visit(root, node => found ??= node.GetPath() == path ? node : null);
        return found!;
    }

    private static void Visit(JsonNode node, Action<JsonNode> visit)
    {
        visit(node);
        foreach (var child in node switch
        {
            JsonObject map => map.Select(entry => entry.Value),
            JsonArray list => list,
            _ => [],
        })
        {
            Visit(child!, visit);
        }
    }

    private static List<Map> Maps()
    {
        var maps = new List<Map>();
        Array.ForEach<Shape>([PlanShapes.Plan, RepShapes.RepMap, CaseShapes.Cases], root => Collect(root, maps));
        return maps;
    }

    private static void Collect(Shape shape, List<Map> maps)
    {
        if (shape is Map map)
        {
            if (maps.Exists(known => known.Name == map.Name && known.Means == map.Means))
            {
                return;
            }

            maps.Add(map);
        }

        Inner(shape).ToList().ForEach(inner => Collect(inner, maps));
    }

    private static IEnumerable<Shape> Inner(Shape shape) => shape switch
    {
        Map map => map.Fields.Select(field => field.Shape),
        Shape.List list => [list.Item],
        Shape.Names names => names.Known.Select(field => field.Shape).Append(names.Value),
        Shape.Either either => either.Of,
        _ => [],
    };

    private static void Walk(Shape shape, JsonNode node, Action<string, string> seen)
    {
        switch (shape, node)
        {
            case (Map map, JsonObject fields):
                foreach (var (name, value) in fields)
                {
                    seen(map.Name, name);
                    Walk(map.Fields.Single(field => field.Name == name).Shape, value!, seen);
                }

                break;
            case (Shape.Names names, JsonObject entries):
                foreach (var (name, value) in entries)
                {
                    var known = names.Known.FirstOrDefault(field => field.Name == name);
                    Walk(known?.Shape ?? names.Value, value!, seen);
                }

                break;
            case (Shape.List list, JsonArray items):
                items.ToList().ForEach(item => Walk(list.Item, item!, seen));
                break;
            case (Shape.Either either, _):
                either.Of.ToList().ForEach(one => Walk(one, node, seen));
                break;
        }
    }

    private static IEnumerable<JsonNode> Plans() => CaseFileNames
        .SelectMany(file => JsonNode.Parse(CaseFiles.Read(file))!.AsArray())
        .Select(one => one!["plan"]!);

    private static IEnumerable<string> SamplePlans() =>
        Directory.GetFiles(Path.Combine(Root, "samples"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "plans")
            .Where(file => Path.GetFileName(file) != "mapping.yaml").Select(File.ReadAllText);

    private static IEnumerable<JsonNode> SampleReps() => Everything
        .FromYaml(File.ReadAllText(Path.Combine(Root, "samples", "adventureworks", "reps.yaml")))["reps"]!
        .AsArray().Select(rep => rep!);

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Commission.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
            }

            return folder.FullName;
        }
    }

    // Errors that one place alone shows; the others need several places, or a calendar.
    [GeneratedRegex(
        "no field '|must be (?!higher)|has no value|is none of|is missing|is not a number|is a percentage|not a date|"
        + "an id is made|cannot stand beside|belongs to|empty list|no currency|list twice|needs a min|longer than|"
        + "below zero\\.|between 0% and|own figure|is no window|nor 'rep'|years 1900|months are",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000)]
    private static partial Regex OfShape();
}
