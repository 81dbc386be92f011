using Commission.Client.Text;
using Commission.Contracts.V1;
using YamlDotNet.RepresentationModel;

namespace Commission.Client.Import;

/// <summary>Reads mapping files.</summary>
public static class MappingFormat
{
    private static readonly string[] Allowed =
    [
        "source", "delimiter", "header", "columns", "encoding", "numbers", "group", "deal", "version", "credited",
        "status", "currency", "amount", "margin", "quantity", "probability", "owners", "fields", "max-rows",
    ];

    /// <summary>Reads a mapping from a file; a file that cannot be opened is one problem.</summary>
    public static Read<Mapping> Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return new Read<Mapping>(null, [new TextProblem(path, 1, 1, failed.Message)]);
        }
    }

    /// <summary>Reads a mapping; reports every problem at once.</summary>
    /// <param name="text">The document.</param>
    /// <param name="name">The file's name, for the problems.</param>
    public static Read<Mapping> Parse(string text, string name)
    {
        var file = new YamlFile(name);
        return file.Open(text, Allowed) is { } fields
            ? file.Finish(new MappingReader(file, fields).Read())
            : file.Finish<Mapping>(null);
    }

    private sealed class MappingReader(YamlFile file, YamlFields fields)
    {
        private static readonly Expression.Constant Nothing = new("");

        public Mapping Read() => new(
            Source(),
            Csv(),
            fields["group"] is null ? null : fields.Words("group"),
            Required("deal"),
            Optional("version"),
            Credited(),
            Status(),
            Required("currency"),
            Required("amount"),
            Optional("margin"),
            Optional("quantity"),
            Optional("probability"),
            [.. Owners()],
            [.. fields.Entries("fields").Select(Field)],
            (int)Number("max-rows", 10_000));

        private string Source()
        {
            var source = fields.Words("source", required: true);
            var valid = source.Length <= 60 && source.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
            if (!valid)
            {
                file.Report(fields["source"]!, "A source is 1 to 60 letters, digits, '-', '_' and '.'.");
            }

            return source;
        }

        private CsvFormat Csv()
        {
            var delimiter = fields.Words("delimiter") switch { "" => ",", "tab" => "\t", var other => other };
            var numbers = fields["numbers"] is { } node ? file.Fields(node, "decimal", "thousands") : null;
            var columns = fields["columns"] is null ? [] : fields.Items("columns").Select(file.Words).ToArray();
            if (OneOf("header", "true", "true", "false") == "false" && columns.Length == 0)
            {
                file.Report(fields["header"]!, "Without a header the mapping must name the `columns`.");
            }

            return new CsvFormat(
                One(delimiter, fields["delimiter"]) ?? ',',
                columns,
                OneOf("encoding", "utf-8", "utf-8", "latin-1") == "latin-1",
                One(numbers?.Words("decimal") ?? "", numbers?["decimal"]) ?? '.',
                One(numbers?.Words("thousands") ?? "", numbers?["thousands"]));
        }

        private char? One(string text, YamlNode? at)
        {
            if (text.Length > 1)
            {
                file.Report(at!, $"'{text}' must be one character.");
            }

            return text.Length == 0 ? null : text[0];
        }

        private string OneOf(string name, string absent, params string[] words)
        {
            var word = fields.Words(name);
            if (word.Length > 0 && !words.Contains(word, StringComparer.Ordinal))
            {
                file.Report(fields[name]!, $"'{word}' must be one of {string.Join(", ", words)}.");
            }

            return word.Length == 0 ? absent : word;
        }

        private decimal Number(string name, decimal absent)
        {
            var valid = Decimals.TryParse(fields.Words(name), out var value)
                && value is >= 1 and <= 1_000_000 && decimal.IsInteger(value);
            if (fields[name] is { } node && !valid)
            {
                file.Report(node, "Must be a whole number from 1 to 1000000.");
            }

            return valid ? value : absent;
        }

        private DateMapping Credited()
        {
            if (fields["credited"] is not YamlMappingNode node || IsConstant(node))
            {
                return new DateMapping(Required("credited"), "yyyy-MM-dd");
            }

            var inner = file.Fields(node, "column", "format")!;
            var format = inner.Words("format");
            if (format.Length == 1)
            {
                file.Report(inner["format"]!, "A format is written out, such as yyyy-MM-dd.");
            }

            return new DateMapping(Expression(inner["column"] ?? node), format.Length > 1 ? format : "yyyy-MM-dd");
        }

        private StatusMapping Status()
        {
            if (fields["status"] is not YamlMappingNode node || IsConstant(node))
            {
                var none = new Dictionary<string, DealStatus>(StringComparer.Ordinal);
                return new StatusMapping(Required("status"), none, null);
            }

            var inner = file.Fields(node, "column", "values", "otherwise")!;
            var words = new Dictionary<string, DealStatus>(StringComparer.Ordinal);
            foreach (var (word, value) in inner.Entries("values"))
            {
                words[word] = StatusWord(value);
            }

            return new StatusMapping(
                Expression(inner["column"] ?? node), words, inner["otherwise"] is { } rest ? StatusWord(rest) : null);
        }

        private DealStatus StatusWord(YamlNode node)
        {
            var word = file.Words(node);
            if (DealBuilder.StatusOf(word) is { } status)
            {
                return status;
            }

            file.Report(node, $"'{word}' must be one of open, won, lost, cancelled.");
            return DealStatus.Unspecified;
        }

        private IEnumerable<OwnerMapping> Owners()
        {
            if (fields["owners"] is null)
            {
                file.Report(fields.Node, "The field 'owners' is missing.");
            }

            foreach (var node in fields.Items("owners"))
            {
                if (file.Fields(node, "rep", "share", "split", "separator", "share-separator") is { } inner)
                {
                    yield return Owner(inner);
                }
            }
        }

        private OwnerMapping Owner(YamlFields inner)
        {
            if ((inner["rep"] is null) == (inner["split"] is null))
            {
                file.Report(inner.Node, "An owner has either `rep` or `split`.");
            }

            var share = inner["share"] is YamlScalarNode { Value: { } text } && Decimals.TryParseShare(text, out _)
                ? new Expression.Constant(text)
                : OptionalOf(inner["share"]);
            return new OwnerMapping(
                OptionalOf(inner["rep"]), share, OptionalOf(inner["split"]),
                inner["separator"] is null ? ";" : inner.Words("separator"),
                inner["share-separator"] is null ? ":" : inner.Words("share-separator"));
        }

        private FieldMapping Field((string Name, YamlNode Value) entry)
        {
            var value = Expression(entry.Value);
            var column = (value as Expression.ByColumn)?.Name;
            var open = entry.Name.Contains('{', StringComparison.Ordinal);
            if (column is null ? open : !entry.Name.Contains($"{{{column}}}", StringComparison.Ordinal))
            {
                file.Report(entry.Value, column is null
                    ? "A name with {column} in it needs a value `… by column`."
                    : $"The field's name must hold {{{column}}}: one field for each value of that column.");
            }

            return new FieldMapping(entry.Name, value);
        }

        private Expression Required(string name)
        {
            if (fields[name] is { } node)
            {
                return WithoutBy(node);
            }

            file.Report(fields.Node, $"The field '{name}' is missing.");
            return Nothing;
        }

        private Expression? Optional(string name) => OptionalOf(fields[name]);

        private Expression? OptionalOf(YamlNode? node) => node is null ? null : WithoutBy(node);

        private Expression WithoutBy(YamlNode node)
        {
            var expression = Expression(node);
            if (expression is Expression.ByColumn)
            {
                file.Report(node, "`by` is for fields only.");
            }

            return expression;
        }

        private Expression Expression(YamlNode node)
        {
            if (node is YamlMappingNode map)
            {
                return new Expression.Constant(file.Fields(map, "constant")!.Words("constant", required: true));
            }

            var (expression, problem) = ExpressionParser.Parse(file.Words(node));
            if (problem is not null)
            {
                file.Report(node, problem);
            }

            return expression ?? Nothing;
        }

        private static bool IsConstant(YamlMappingNode node) =>
            node.Children.ContainsKey(new YamlScalarNode("constant"));
    }
}
