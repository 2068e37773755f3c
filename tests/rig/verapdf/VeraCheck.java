import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Checks PDF files against standards: VeraCheck ua1,2a one.pdf two.pdf
 *
 * Prints "checked" and the number of rules tried for each file and standard, and one line for each broken rule,
 * fields separated by tabs. Exit status 0 means that everything was checked, not that everything is right.
 */
public class VeraCheck {
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        for (String name : arguments[0].split(",")) {
            PDFAFlavour flavour = PDFAFlavour.fromString(name);
            for (int i = 1; i < arguments.length; i++) {
                check(arguments[i], name, flavour);
            }
        }
    }

    private static void check(String path, String name, PDFAFlavour flavour) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(path), flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            Map<String, Integer> broken = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                    broken.merge(rule + " " + assertion.getMessage().replaceAll("\\s+", " "), 1, Integer::sum);
                }
            }
            if (!result.isCompliant() && broken.isEmpty()) {
                broken.put("not compliant, no rule named", 1);
            }
            System.out.println("checked\t" + path + "\t" + name + "\t" + result.getTotalAssertions());
            broken.forEach((rule, times) ->
                    System.out.println("broken\t" + path + "\t" + name + "\t" + times + " times\t" + rule));
        }
    }
}
